/** A title's details over the page it was opened from. */

import { useLayoutEffect, useRef } from "react";
import { Details } from "../components/Details";
import { Icon } from "../components/Icon";
import { NoticeBar } from "../components/NoticeBar";
import type { Luggage } from "../router/history";
import { useHistory } from "../router/navigation";
import type { TitleRoute } from "../router/route";
import "./TitleDialog.css";

interface Props {
  readonly route: TitleRoute;
  readonly luggage: Luggage;
}

export function TitleDialog({ route, luggage }: Props) {
  const history = useHistory();
  const dialog = useRef<HTMLDialogElement>(null);

  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  useLayoutEffect(() => {
    dialog.current?.scrollTo(0, 0);
  }, [route.title]);

  const close = (): void => history.back(luggage.depth ?? 1);
  return (
    <dialog
      ref={dialog}
      className="sheet"
      aria-label="Details"
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onPointerDown={(event) => event.target === dialog.current && close()}
    >
      <div className="sheet__inner">
        <button type="button" className="round sheet__close" aria-label="Close" onClick={close}>
          <Icon name="close" />
        </button>
        <Details key={route.title} route={route} luggage={luggage} />
      </div>
      <NoticeBar />
    </dialog>
  );
}
