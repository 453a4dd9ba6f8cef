/** simple-peer's own browser build has the package's types: it is the same code with its Node shims inside. */
declare module 'simple-peer/simplepeer.min.js' {
  import SimplePeer from 'simple-peer';
  export default SimplePeer;
}
