/** Which page an address shows. */

import { useEffect } from "react";
import { Link } from "./components/Link";
import { Message } from "./components/Message";
import { NoticeBar } from "./components/NoticeBar";
import { Browse } from "./pages/Browse";
import { Profiles } from "./pages/Profiles";
import { TitleDialog } from "./pages/TitleDialog";
import { TitlePage } from "./pages/TitlePage";
import { Watch } from "./pages/Watch";
import type { Place } from "./router/history";
import { usePlace } from "./router/navigation";
import { PICKER } from "./router/route";
import { ViewingContext, type Visits } from "./state/viewing";

interface Props {
  readonly visits: Visits;
}

export function App({ visits }: Props) {
  const place = usePlace();
  const { route, luggage } = place;
  const profile = "profile" in route ? route.profile : null;
  const overlaid = route.page === "title" && luggage.depth !== undefined;
  const ground = overlaid ? "browse" : route.page;
  useEffect(() => {
    window.scrollTo(0, 0);
  }, [ground, profile]);
  return (
    <ViewingContext value={profile === null ? null : visits.of(profile)}>
      <Page place={place} overlaid={overlaid} />
      {!overlaid && <NoticeBar />}
    </ViewingContext>
  );
}

function Page({ place, overlaid }: { readonly place: Place; readonly overlaid: boolean }) {
  const { route, luggage } = place;
  switch (route.page) {
    case "profiles":
      return <Profiles search={route.search} pages={route.pages} making={route.making === true} />;
    case "browse":
      return <Ground profile={route.profile} />;
    case "title": {
      const { profile } = route;
      if (!overlaid || profile === null) {
        return <TitlePage route={route} luggage={luggage} />;
      }
      return (
        <Ground profile={profile}>
          <TitleDialog route={route} luggage={luggage} />
        </Ground>
      );
    }
    case "watch":
      if (route.profile === null) return <Lost title="Choose who is watching first" />;
      return (
        <Watch
          key={`${route.profile}/${route.title}`}
          title={route.title}
          episode={route.episode}
          luggage={luggage}
        />
      );
    case "unknown":
      return <Lost title="There is no such page" />;
  }
}

/** The home page, alone or under a dialog: the same element, so that it stays as it is. */
function Ground({
  profile,
  children,
}: {
  readonly profile: string;
  readonly children?: React.ReactNode;
}) {
  return (
    <>
      <Browse key={profile} covered={children !== undefined} />
      {children}
    </>
  );
}

function Lost({ title }: { readonly title: string }) {
  return (
    <main className="lost">
      <Message
        title={title}
        action={
          <Link className="button button--main" to={PICKER}>
            Who’s watching?
          </Link>
        }
      />
    </main>
  );
}
