/** A profile's home page. */

import { useCallback, useEffect, useMemo, useRef } from "react";
import { api } from "../api/client";
import type { HomePage } from "../api/types";
import { Failure } from "../components/Failure";
import { Hero } from "../components/Hero";
import { HomeSkeleton } from "../components/HomeSkeleton";
import { Message } from "../components/Message";
import { RowView } from "../components/RowView";
import { TopBar } from "../components/TopBar";
import { Watcher } from "../events/watcher";
import { useDocumentTitle } from "../router/navigation";
import { rowKey } from "../state/home";
import { useLoad } from "../state/load";
import { isVanished } from "../state/opinions";
import { useStore } from "../state/store";
import { useVisit } from "../state/viewing";
import "./Browse.css";

interface Props {
  /** A dialog lies over the page. */
  readonly covered: boolean;
}

/** The row that the large picture takes its title from, if it is there. */
const HERO_ROW = "top_picks";

export function Browse({ covered }: Props) {
  const { profile, home } = useVisit();
  const { page, error, loading, stale } = useStore(home);
  const [who] = useLoad(
    useCallback((signal: AbortSignal) => api.profile(profile, signal), [profile]),
  );
  const name = who.status === "ready" ? who.value.name : null;
  useDocumentTitle(name ?? "");

  useEffect(() => {
    if (stale && !loading && (page === null || !covered)) void home.load();
  }, [home, stale, loading, page, covered]);

  return (
    <>
      <TopBar profile={profile} name={name} />
      <main className="browse" aria-busy={loading}>
        {page === null && error !== null && (
          <div className="browse__failure">
            <Failure error={error} what="profile" onRetry={() => void home.load()} />
          </div>
        )}
        {page === null && error === null && <HomeSkeleton />}
        {page !== null && <Page page={page} covered={covered} />}
      </main>
    </>
  );
}

/** The lowest row seen, and how much of the page lies at or above it. */
interface Depth {
  readonly row: number;
  readonly depth: number;
}

function Page({ page, covered }: { readonly page: HomePage; readonly covered: boolean }) {
  const { record, home, opinions } = useVisit();
  const said = useStore(opinions);
  const { page_id } = page;
  const watcher = useMemo(() => new PageWatcher(page_id), [page_id]);
  const deepest = useRef<Depth | null>(null);

  useEffect(() => watcher.open(), [watcher]);
  useEffect(() => watcher.cover(covered), [watcher, covered]);
  useEffect(() => {
    deepest.current = null;
    record("page_view", { page_id });
    const leave = (): void => {
      if (deepest.current !== null) record("page_scroll_depth", { page_id, ...deepest.current });
      deepest.current = null;
    };
    // In the capture phase: it has to be in the queue before the queue is posted.
    window.addEventListener("pagehide", leave, { capture: true });
    return () => {
      window.removeEventListener("pagehide", leave, { capture: true });
      leave();
    };
  }, [record, page_id]);
  const onSeen = useCallback(
    (row: number) => {
      if (row < (deepest.current?.row ?? 0)) return;
      const rows = home.get().page?.rows.length ?? row + 1;
      deepest.current = { row, depth: Math.min(1, (row + 1) / rows) };
    },
    [home],
  );
  const more = useCallback(() => void home.more(), [home]);

  const picks = page.rows.find((row) => row.kind === HERO_ROW) ?? page.rows[0];
  const hero = picks?.titles.find((tile) => !isVanished(said, tile.title_id));
  if (page.rows.length === 0) {
    return (
      <Message title="There is nothing to show here yet">
        The catalogue holds no title that this profile may see.
      </Message>
    );
  }
  return (
    <>
      {picks !== undefined && hero !== undefined && (
        <Hero
          key={hero.title_id}
          tile={hero}
          label={picks.label}
          pageId={page_id}
          watcher={watcher}
        />
      )}
      <div className="browse__rows">
        {page.rows.map((row, place) => (
          <RowView
            key={rowKey(row)}
            row={row}
            pageId={page_id}
            watcher={watcher}
            eager={place < 2}
            onSeen={onSeen}
          />
        ))}
        {page.next !== null && <Below key={page.next} onReached={more} />}
      </div>
    </>
  );
}

/** One watcher a page: what was seen on the last page counts again on the next. */
class PageWatcher extends Watcher {
  readonly page: string;

  constructor(page: string) {
    super();
    this.page = page;
  }
}

/** The end of what is loaded; reaching it asks for more. */
function Below({ onReached }: { readonly onReached: () => void }) {
  const line = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = line.current;
    if (element === null) return undefined;
    const observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && onReached(),
      { rootMargin: "600px" },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [onReached]);
  return <div ref={line} className="browse__below" aria-hidden="true" />;
}
