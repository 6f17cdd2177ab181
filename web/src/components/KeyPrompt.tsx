/** Asks for an API key where the server wants one; it stays in this tab only. */

import type { FormEvent } from "react";
import { storeKey } from "../api/client";
import { Message } from "./Message";

interface Props {
  readonly onKey: () => void;
}

export function KeyPrompt({ onKey }: Props) {
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const key = new FormData(event.currentTarget).get("key");
    if (typeof key !== "string" || key.trim() === "") return;
    storeKey(key.trim());
    onKey();
  };
  return (
    <Message
      title="This server asks for a key"
      action={
        <form className="message__form" onSubmit={submit}>
          <input
            className="field"
            type="password"
            name="key"
            aria-label="API key"
            autoComplete="off"
            required
          />
          <button type="submit" className="button button--main">
            Enter
          </button>
        </form>
      }
    >
      A key with the scopes “view” and “write” opens the site in this tab.
    </Message>
  );
}
