/** Puts a title on My List, or takes it off. */

import { Icon } from "./Icon";

interface Props {
  readonly name: string;
  readonly inList: boolean;
  readonly onChange: (inList: boolean) => void;
}

export function ListButton({ name, inList, onChange }: Props) {
  return (
    <button
      type="button"
      className="round"
      aria-pressed={inList}
      aria-label={`My List: ${name}`}
      title={inList ? "Take off My List" : "Add to My List"}
      onClick={() => onChange(!inList)}
    >
      <Icon name={inList ? "check" : "plus"} />
    </button>
  );
}
