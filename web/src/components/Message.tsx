/** A page or a part of one that has nothing to show, and what to do about it. */

import type { ReactNode } from "react";
import "./Message.css";

interface Props {
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
  readonly alert?: boolean;
}

export function Message({ title, children, action, alert = false }: Props) {
  return (
    <div className="message" role={alert ? "alert" : "status"}>
      <p className="message__title">{title}</p>
      {children !== undefined && <div className="message__text">{children}</div>}
      {action}
    </div>
  );
}
