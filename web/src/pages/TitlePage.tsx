/** A title's details as a page of its own, for an address opened directly. */

import { Details } from "../components/Details";
import { TopBar } from "../components/TopBar";
import type { Luggage } from "../router/history";
import type { TitleRoute } from "../router/route";
import { useViewing } from "../state/viewing";
import "./TitlePage.css";

interface Props {
  readonly route: TitleRoute;
  readonly luggage: Luggage;
}

export function TitlePage({ route, luggage }: Props) {
  const viewing = useViewing();
  return (
    <>
      <TopBar profile={viewing?.profile ?? null} name={null} />
      <main className="titlepage">
        <Details key={route.title} route={route} luggage={luggage} />
      </main>
    </>
  );
}
