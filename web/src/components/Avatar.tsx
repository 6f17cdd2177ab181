/** A face for a profile, drawn from its id: the same profile always has the same. */

import { portrait } from "../portrait";
import "./Avatar.css";

interface Props {
  readonly id: string;
}

const MOUTHS = [
  "M38 62q12 11 24 0",
  "M40 63h20",
  "M38 60q12 15 24 0z",
  "M41 64q9 5 18-1",
  "M45 63a5 5 0 1 0 10 0a5 5 0 1 0-10 0",
] as const;

export function Avatar({ id }: Props) {
  const { colours, turn, mouth, eyes, shape } = portrait(id);
  const [ground, shade, light] = colours;
  return (
    <svg className="avatar" viewBox="0 0 100 100" aria-hidden="true" focusable="false">
      <rect width="100" height="100" fill={ground} />
      <g transform={`rotate(${turn} 50 50)`}>
        {shape === 0 && <circle cx="18" cy="92" r="62" fill={shade} />}
        {shape === 1 && <path d="M-20 70L120 20V130H-20z" fill={shade} />}
        {shape === 2 && <path d="M50-20a70 70 0 0 1 0 140z" fill={shade} />}
        <circle cx="86" cy="14" r="20" fill={light} />
      </g>
      <g fill="none" stroke="#fff" strokeWidth="5" strokeLinecap="round" strokeLinejoin="round">
        {eyes === 0 && <path d="M37 44v2M63 44v2" strokeWidth="8" />}
        {eyes === 1 && <path d="M32 46q5-6 10 0M58 46q5-6 10 0" />}
        {eyes === 2 && <path d="M32 45h10M63 44v2" strokeWidth="6" />}
        <path d={MOUTHS[mouth]} fill={mouth === 2 ? "#fff" : "none"} />
      </g>
    </svg>
  );
}
