/** Around pages that only accounts may see: leads everybody else to the log-in and back. */
import { Navigate, Outlet, useLocation } from 'react-router';
import { useStore } from '../common/use-store';
import { logInLocation } from '../links/log-in-location';
import { account } from '../session/account';

export function WithAccount() {
  const session = useStore(account);
  const { pathname, search } = useLocation();
  const [to, options] = logInLocation(pathname + search, 'Log in to see this page');
  return session ? <Outlet /> : <Navigate to={to} {...options} />;
}
