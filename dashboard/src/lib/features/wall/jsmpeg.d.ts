/** The parts of @cycjimmy/jsmpeg-player that are used. */
declare module '@cycjimmy/jsmpeg-player' {
  /** Gets the bytes of a stream; `write` of its destination takes them. */
  interface Source {
    readonly streaming: true;
    established: boolean;
    completed: boolean;
    progress: number;
    connect(destination: { write(bytes: ArrayBuffer): void }): void;
    start(): void;
    resume(): void;
    destroy(): void;
  }
  interface PlayerOptions {
    canvas: HTMLCanvasElement;
    source: new () => Source;
    audio: false;
    autoplay: true;
    /** Canvas 2D: a page has room for few WebGL canvases. */
    disableGl: true;
    /** By script: the strict content policy forbids to compile WebAssembly. */
    disableWebAssembly: true;
    pauseWhenHidden: false;
    videoBufferSize: number;
    onVideoDecode(): void;
  }
  const JSMpeg: {
    Player: new (url: string, options: PlayerOptions) => { destroy(): void };
  };
  export default JSMpeg;
}
