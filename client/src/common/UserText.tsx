/** Names and other short texts that people chose, in whatever script, in the middle of the page's own words. */
import { withoutDirections } from './direction';

/** Set apart, so that Hebrew or Arabic stands in its own direction and turns nothing round beside it. */
export function UserText({ children }: { children: string }) {
  return <bdi>{withoutDirections(children)}</bdi>;
}
