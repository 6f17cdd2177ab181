/** Who made a title, and the words that describe it. */

import type { Person, Title } from "../api/types";
import "./People.css";

interface Props {
  readonly title: Title;
}

const ROLES: readonly (readonly [Person["role"], string, string])[] = [
  ["creator", "Creator", "Creators"],
  ["director", "Director", "Directors"],
  ["writer", "Writer", "Writers"],
  ["presenter", "Presenter", "Presenters"],
  ["actor", "Cast", "Cast"],
  ["composer", "Music", "Music"],
];

function names(people: readonly Person[], role: Person["role"]): string[] {
  return people
    .filter((person) => person.role === role)
    .toSorted((a, b) => a.billing - b.billing)
    .map((person) => person.name);
}

export function People({ title }: Props) {
  const lines = ROLES.flatMap(([role, one, many]) => {
    const found = names(title.people, role);
    return found.length === 0 ? [] : [{ term: found.length === 1 ? one : many, words: found }];
  });
  const words = [...new Set([...title.tags, ...title.keywords])];
  const all = [
    ...lines,
    ...(title.genres.length === 0 ? [] : [{ term: "Genres", words: title.genres }]),
    ...(words.length === 0 ? [] : [{ term: "About", words: words.slice(0, 12) }]),
  ];
  return (
    <dl className="people">
      {all.map(({ term, words: list }) => (
        <div key={term} className="people__line">
          <dt>{term}</dt>
          <dd>{list.join(", ")}</dd>
        </div>
      ))}
    </dl>
  );
}
