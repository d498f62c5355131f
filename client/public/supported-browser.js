/**
 * Says so where this browser is too old for the web client, instead of an empty page. A classic script in old syntax that runs before
 * the client, which a browser like that cannot even read. supported-browsers.json names them.
 */
(function () {
  'use strict';

  function has(owner, name) {
    return owner !== undefined && owner !== null && name in Object(owner);
  }

  function supports(property, value) {
    return typeof CSS === 'object' && typeof CSS.supports === 'function' && CSS.supports(property, value);
  }

  /** What the client and its libraries use without asking. All supported browsers have each of these. */
  var isSupported =
    'noModule' in document.createElement('script') &&
    has(Array.prototype, 'toSorted') &&
    has(Array.prototype, 'findLast') &&
    has(Object, 'hasOwn') &&
    has(window, 'structuredClone') &&
    has(window, 'ResizeObserver') &&
    has(window, 'IntersectionObserver') &&
    supports('height', '1dvh') &&
    supports('container-type', 'size') &&
    supports('color', 'color-mix(in srgb, red, blue)');
  // Switched off in some browsers, and absent from some apps that show web pages.
  var hasWebRtc = has(window, 'RTCPeerConnection') && has(window.RTCPeerConnection.prototype, 'addTransceiver');
  if (isSupported && hasWebRtc) return;

  // The client leaves a page alone that says this.
  document.documentElement.setAttribute('data-unsupported', '');

  function line(parent, name, text) {
    var element = document.createElement(name);
    element.appendChild(document.createTextNode(text));
    parent.appendChild(element);
  }

  var place = document.createElement('main');
  place.setAttribute('data-testid', 'unsupported-browser');
  place.style.maxWidth = '36em';
  place.style.margin = '15vh auto';
  place.style.padding = '0 16px';
  place.style.fontFamily = 'system-ui, sans-serif';
  place.style.lineHeight = '1.5';
  if (isSupported) {
    line(place, 'h1', 'WebRTC is turned off in this browser');
    line(place, 'p', 'Video meetings need it. Turn it on in the settings, or open this link in another browser.');
  } else {
    line(place, 'h1', 'This browser is too old for MiniMeet');
    line(place, 'p', 'Update it, or open this link in another browser.');
  }
  line(place, 'p', 'MiniMeet needs Chrome or Edge 111, Firefox 120, Safari 16.4, or a later version.');
  document.getElementById('root').appendChild(place);
})();
