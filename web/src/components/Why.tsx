/** Why a title is shown: the reason as a sentence, and its causes with their shares. */

import type { Cause, Reason } from "../api/types";
import { amount, percent } from "../format";
import type { Luggage } from "../router/history";
import { Link } from "./Link";
import "./Why.css";

interface Props {
  readonly reason: Reason;
  readonly profile: string | null;
  readonly luggage: Luggage;
}

function CauseChip({ cause, profile, luggage }: { cause: Cause } & Omit<Props, "reason">) {
  const inner = (
    <>
      <span className="chip__name">
        {cause.count === undefined ? cause.name : `${amount(cause.count)} ${cause.name}`}
      </span>
      <span className="chip__share">{percent(cause.share)}</span>
      <progress className="chip__bar" value={cause.share} aria-hidden="true" />
    </>
  );
  if (cause.kind !== "title") return <span className="chip">{inner}</span>;
  return (
    <Link
      className="chip chip--link"
      to={{ page: "title", title: cause.id, profile }}
      luggage={luggage}
    >
      {inner}
    </Link>
  );
}

export function Why({ reason, profile, luggage }: Props) {
  return (
    <section className="why" aria-label="Why this?">
      <h3 className="why__head">Why this?</h3>
      <p className="why__text">{reason.text}.</p>
      {reason.causes.length > 0 && (
        <ul className="why__causes" aria-label="Causes and their shares">
          {reason.causes.map((cause) => (
            <li key={`${cause.kind}:${cause.id}`}>
              <CauseChip cause={cause} profile={profile} luggage={luggage} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
