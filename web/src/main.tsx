/** Starts the site: one history, one event queue, one visit a profile. */

import "./styles/base.css";
import "./styles/controls.css";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { post } from "./events/post";
import { EventQueue } from "./events/queue";
import { History } from "./router/history";
import { HistoryContext } from "./router/navigation";
import { Visits } from "./state/viewing";

const queue = new EventQueue(post);
window.addEventListener("pagehide", () => queue.leave());
document.addEventListener("visibilitychange", () => {
  // On phones this is the last that a page hears before it is put away.
  if (document.visibilityState === "hidden") queue.leave();
});
window.history.scrollRestoration = "manual";

const root = document.querySelector("#root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <HistoryContext value={new History(window)}>
    <App visits={new Visits(queue)} />
  </HistoryContext>,
);
