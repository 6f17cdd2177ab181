/** What went wrong, in the server's words, with a way on: try again, or show a key. */

import { ApiError } from "../api/client";
import { PICKER } from "../router/route";
import { KeyPrompt } from "./KeyPrompt";
import { Link } from "./Link";
import { Message } from "./Message";

interface Props {
  readonly error: Error;
  readonly what: string;
  readonly onRetry: () => void;
}

export function Failure({ error, what, onRetry }: Props) {
  if (error instanceof ApiError && error.status === 401) return <KeyPrompt onKey={onRetry} />;
  const missing = error instanceof ApiError && error.status === 404;
  return (
    <Message
      title={missing ? `There is no such ${what}` : "That did not work"}
      alert
      action={
        missing ? (
          <Link className="button button--main" to={PICKER}>
            Who’s watching?
          </Link>
        ) : (
          <button type="button" className="button button--main" onClick={onRetry}>
            Try again
          </button>
        )
      }
    >
      {missing ? "It may have been removed, or the address is mistyped." : error.message}
    </Message>
  );
}
