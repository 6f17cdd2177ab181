/** Who's watching? All profiles, a page at a time, and a search by name. */

import { Avatar } from "../components/Avatar";
import { Failure } from "../components/Failure";
import { Icon } from "../components/Icon";
import { Link } from "../components/Link";
import { Message } from "../components/Message";
import { NewProfile } from "../components/NewProfile";
import { Wordmark } from "../components/Wordmark";
import { count } from "../format";
import { useDocumentTitle, useHistory } from "../router/navigation";
import { PICKER } from "../router/route";
import { PAGE, useProfiles } from "../state/profiles";
import "./Profiles.css";

interface Props {
  readonly search: string;
  readonly pages: number;
  /** The form for a new profile is open. */
  readonly making: boolean;
}

const GHOSTS = Array.from({ length: 12 }, (_, place) => place);

export function Profiles({ search, pages, making }: Props) {
  const history = useHistory();
  const { profiles, more, loading, error, retry } = useProfiles(search, pages);
  useDocumentTitle("Who’s watching?");
  return (
    <main className="profiles">
      <Wordmark />
      <h1 className="profiles__head">Who’s watching?</h1>
      <label className="profiles__search">
        <Icon name="search" />
        <input
          className="field"
          type="search"
          placeholder="Find a profile by name"
          aria-label="Find a profile by name"
          value={search}
          onChange={(event) =>
            history.replace({ page: "profiles", search: event.target.value, pages: 1 })
          }
        />
      </label>
      {error !== null && <Failure error={error} what="list of profiles" onRetry={retry} />}
      <ul className="profiles__grid" aria-label="Profiles" aria-busy={loading}>
        {search === "" && !(loading && profiles.length === 0) && (
          <li>
            <Link className="who who--new" to={{ ...PICKER, making: true }}>
              <span className="who__face">
                <Icon name="plus" />
              </span>
              <span className="who__name">New profile</span>
              <span className="who__events">Starts from nothing</span>
            </Link>
          </li>
        )}
        {profiles.map((profile) => (
          <li key={profile.profile_id}>
            <Link className="who" to={{ page: "browse", profile: profile.profile_id }}>
              <span className="who__face">
                <Avatar id={profile.profile_id} />
                {profile.kids && <span className="who__kids">Kids</span>}
              </span>
              <span className="who__name">{profile.name || profile.profile_id}</span>
              <span className="who__events">
                {profile.events === 0 ? "New here" : count(profile.events, "event")}
              </span>
            </Link>
          </li>
        ))}
        {loading &&
          profiles.length === 0 &&
          GHOSTS.map((ghost) => (
            <li key={ghost} className="who">
              <span className="who__face skeleton" />
            </li>
          ))}
      </ul>
      {!loading && error === null && profiles.length === 0 && <Nobody search={search} />}
      {making && <NewProfile />}
      {more && (
        <button
          type="button"
          className="button profiles__more"
          disabled={loading}
          onClick={() => history.replace({ page: "profiles", search, pages: pages + 1 })}
        >
          Show {PAGE} more
        </button>
      )}
    </main>
  );
}

function Nobody({ search }: { readonly search: string }) {
  if (search === "") {
    return (
      <Message title="There are no profiles yet">
        Import some viewing, or make a profile.
      </Message>
    );
  }
  return <Message title={`Nobody here is called “${search}”`} />;
}
