/** What browsers are told about every answer: above all, what a page of this server may load, run and connect to. */
import type { IncomingMessage } from 'node:http';
import type { HelmetOptions } from 'helmet';

export interface SecurityHeadersOptions {
  /** Other servers that a page may connect to, as a Content-Security-Policy names them; may change at any time. */
  connectSources(): string;
  /** Whether browsers are told to come by HTTPS alone from now on, for a year. */
  httpsOnly: boolean;
}

const YEAR_SECONDS = 31_536_000;

/**
 * The hash of nothing (https://www.w3.org/TR/CSP3/#match-element-to-source-list). The client's style sheets are empty elements that its
 * scripts fill rule by rule through the CSSOM, which no policy forbids; so an element that brings rules along is somebody else's.
 */
const EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

/** Swagger's page, which is the same for everybody and shows nothing of this server's people, has its styles in it. */
const description = /^\/api\/docs(?:[/?]|$)/;

/** Neither scripts nor styles that are written into a page run: only files of this server do. */
export const securityHeaders = ({ connectSources, httpsOnly }: SecurityHeadersOptions): HelmetOptions => ({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      scriptSrcAttr: ["'none'"],
      styleSrc: ["'self'", (request) => (isDescription(request) ? "'unsafe-inline'" : EMPTY_STYLE)],
      imgSrc: ["'self'", 'data:', 'blob:'],
      // A room's meeting may be on another of the servers that share the databases.
      connectSrc: ["'self'", connectSources],
      mediaSrc: ["'self'", 'blob:', 'mediastream:'],
      workerSrc: ["'self'", 'blob:'],
      objectSrc: ["'none'"],
      baseUri: ["'self'"],
      formAction: ["'self'"],
      frameAncestors: ["'self'"],
    },
  },
  // Where a proxy ends TLS, this is its to say. A certificate that a machine made for itself is no promise for a year.
  strictTransportSecurity: httpsOnly && { maxAge: YEAR_SECONDS, includeSubDomains: false },
  // Over plain HTTP in a local network browsers only warn about them.
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
});

function isDescription({ url = '' }: IncomingMessage): boolean {
  return description.test(url);
}
