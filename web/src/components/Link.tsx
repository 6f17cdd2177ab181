/** A link inside the site: an ordinary anchor that does not reload the document. */

import type { AnchorHTMLAttributes, MouseEvent, ReactNode, Ref } from "react";
import type { Luggage } from "../router/history";
import { useHistory } from "../router/navigation";
import { formatRoute, type Route } from "../router/route";

interface Props extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "href" | "onClick"> {
  readonly to: Route;
  readonly luggage?: Luggage;
  readonly replace?: boolean;
  readonly ref?: Ref<HTMLAnchorElement>;
  readonly children: ReactNode;
}

export function Link({ to, luggage, replace = false, children, ...rest }: Props) {
  const history = useHistory();
  const follow = (event: MouseEvent<HTMLAnchorElement>): void => {
    const elsewhere = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    if (event.button !== 0 || elsewhere) return;
    event.preventDefault();
    if (replace) history.replace(to, luggage);
    else history.go(to, luggage);
  };
  return (
    <a {...rest} href={formatRoute(to)} onClick={follow}>
      {children}
    </a>
  );
}
