/** Thumb down, up, two up; a second click on the same takes it back. */

import type { ThumbValue } from "../api/types";
import { Icon } from "./Icon";
import "./Thumbs.css";

interface Props {
  readonly name: string;
  readonly value: ThumbValue;
  readonly onChange: (value: ThumbValue) => void;
  /** On a tile there is room for two of them. */
  readonly small?: boolean;
}

const CHOICES = [
  { value: -1, label: "Not for me", says: "Not for me" },
  { value: 1, label: "I like this", says: "I like it" },
  { value: 2, label: "Love this", says: "Love it" },
] as const;

export function Thumbs({ name, value, onChange, small = false }: Props) {
  return (
    <div className={small ? "thumbs thumbs--small" : "thumbs"} role="group" aria-label="Your thumb">
      {CHOICES.map((choice) => {
        if (small && choice.value === 2 && value !== 2) return null;
        if (small && choice.value === 1 && value === 2) return null;
        const chosen = value === choice.value;
        return (
          <button
            key={choice.value}
            type="button"
            className={`round thumbs__choice thumbs__choice--${choice.value + 1}`}
            aria-pressed={chosen}
            aria-label={`${choice.label}: ${name}`}
            title={chosen ? "Take back" : choice.says}
            onClick={() => onChange(chosen ? 0 : choice.value)}
          >
            <Icon name="up" filled={chosen} />
            {choice.value === 2 && <Icon name="up" filled={chosen} />}
          </button>
        );
      })}
    </div>
  );
}
