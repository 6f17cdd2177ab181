/** The house's sign and name. */

import "./Wordmark.css";

export function Wordmark() {
  return (
    <span className="wordmark">
      <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
        <path
          d="M6 25V9.500c0-1.900 2.300-2.800 3.600-1.400L16 15l6.400-6.900C23.700 6.700 26 7.600 26 9.500V25"
          fill="none"
          stroke="currentColor"
          strokeWidth="3.600"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
        <circle className="wordmark__dot" cx="16" cy="24.500" r="2.600" />
      </svg>
      <span>Matinee</span>
    </span>
  );
}
