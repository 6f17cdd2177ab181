/** The site's drawings, 24 by 24, in the colour of the text around them. */

const PATHS = {
  play: "M7 4.6v14.8c0 .9 1 1.400 1.750.900l11-7.400c.650-.450.650-1.350 0-1.800l-11-7.400C8 3.200 7 3.700 7 4.600z",
  pause: "M7 4h3.500v16H7zM13.500 4H17v16h-3.500z",
  plus: "M12 5v14M5 12h14",
  check: "M5 12.500l4.700 4.700L19.500 7",
  info: "M12 11v6M12 7.500v.010M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z",
  close: "M6 6l12 12M18 6L6 18",
  left: "M15 5l-7 7 7 7",
  right: "M9 5l7 7-7 7",
  back: "M20 12H4.500M11 5l-7 7 7 7",
  search: "M16.500 16.500L21 21M18.500 11a7.500 7.500 0 1 1-15 0 7.500 7.500 0 0 1 15 0z",
  up: "M7 10.500v9.500M7 10.500l4.200-7c1.500 0 2.500 1.200 2.200 2.700L12.700 9.700h5.100c1.400 0 2.400 1.300 2.100 2.600l-1.400 6.100c-.200.900-1 1.600-2 1.600H7M3.500 10.500H7V20H3.500z",
  eyeOff: "M4 4l16 16M9.900 5.200A10 10 0 0 1 12 5c5 0 8.500 4.500 9.500 7-.4 1-1.200 2.300-2.400 3.600M6.300 6.800C4.300 8.200 3 10.300 2.500 12c1 2.500 4.500 7 9.500 7 1.700 0 3.200-.5 4.500-1.300M10 10a2.800 2.800 0 0 0 4 4",
  next: "M5 4.500v15l10-7.500zM17 4.500h2.500v15H17z",
  rewind: "M11 5L7 8.500 11 12M7.500 8.500H14a5.500 5.500 0 1 1-5.500 5.500",
  forward: "M13 5l4 3.500-4 3.500M16.500 8.500H10a5.500 5.500 0 1 0 5.500 5.500",
  spark: "M12 3l1.900 5.600L19.500 10.500l-5.600 1.900L12 18l-1.900-5.600L4.500 10.500l5.600-1.900zM19 16v4M17 18h4",
} as const;

export type IconName = keyof typeof PATHS;
const SOLID = new Set<IconName>(["play", "pause", "next"]);

interface Props {
  readonly name: IconName;
  readonly filled?: boolean;
}

export function Icon({ name, filled = false }: Props) {
  const solid = SOLID.has(name);
  return (
    <svg
      className="icon"
      viewBox="0 0 24 24"
      aria-hidden="true"
      focusable="false"
      fill={solid || filled ? "currentColor" : "none"}
      stroke={solid ? "none" : "currentColor"}
      strokeWidth="1.9"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
