/** The form that makes a profile: a name, and whether it is a child's. */

import { type FormEvent, useLayoutEffect, useRef, useState } from "react";
import { api } from "../api/client";
import { useHistory } from "../router/navigation";
import { PICKER } from "../router/route";
import "./NewProfile.css";

export function NewProfile() {
  const history = useHistory();
  const dialog = useRef<HTMLDialogElement>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);

  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);

  const close = (): void => history.leave(PICKER);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const name = form.get("name");
    if (typeof name !== "string" || name.trim() === "") return;
    setBusy(true);
    try {
      const made = await api.newProfile(name.trim(), form.has("kids"));
      history.replace({ page: "browse", profile: made.profile_id });
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
      setBusy(false);
    }
  };

  return (
    <dialog
      ref={dialog}
      className="newprofile"
      aria-labelledby="newprofile-head"
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
    >
      <form onSubmit={(event) => void submit(event)}>
        <h2 id="newprofile-head">New profile</h2>
        <p className="newprofile__note">
          Nothing is known of it yet: watch its page become its own, click by click.
        </p>
        <input
          className="field"
          name="name"
          aria-label="Name"
          placeholder="Name"
          maxLength={60}
          autoComplete="off"
          required
        />
        <label className="newprofile__kids">
          <input type="checkbox" name="kids" /> For a child: only titles for ages up to 7
        </label>
        {error !== null && (
          <p className="newprofile__error" role="alert">
            {error}
          </p>
        )}
        <div className="newprofile__acts">
          <button type="button" className="button" onClick={close}>
            Cancel
          </button>
          <button type="submit" className="button button--main" disabled={busy}>
            Create
          </button>
        </div>
      </form>
    </dialog>
  );
}
