// A server's side of the live protocol on a real socket, as docs/protocol.md has it, with its state in the test's hand.

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

export class SocketServer {
  private server: WebSocketServer | undefined;
  private port = 0;
  private readers = new Map<WebSocket, Set<string>>();
  /** The token that is taken; any where it is undefined. */
  token: string | undefined;
  items: any[] = [];
  hellos: any[] = [];

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  async start() {
    const server = new WebSocketServer({
      port: this.port,
      host: '127.0.0.1',
      handleProtocols: (offered) => (offered.has('playhead.v1') ? 'playhead.v1' : false),
    });
    this.server = server;
    await once(server, 'listening');
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (socket) => this.serve(socket));
  }

  async stop() {
    for (const socket of this.readers.keys()) socket.close(1001);
    const server = this.server!;
    await new Promise((resolve) => server.close(resolve));
  }

  /** Something changed: whoever subscribed hears it. */
  tell(userId: string | number, message: object) {
    for (const [socket, users] of this.readers) {
      if (users.has(`${userId}`)) socket.send(JSON.stringify({ userId, ...message }));
    }
  }

  drop(code: number) {
    for (const socket of this.readers.keys()) socket.close(code);
  }

  private serve(socket: WebSocket) {
    let known = false;
    this.readers.set(socket, new Set());
    socket.on('close', () => this.readers.delete(socket));
    socket.on('message', (data) => {
      const message = JSON.parse(`${data}`);
      const say = (answer: object) => socket.send(JSON.stringify(answer));
      if (!known) {
        this.hellos.push(message);
        if (message.type !== 'hello') return socket.close(4400);
        if (this.token !== undefined && message.token !== this.token) return socket.close(4401);
        known = true;
        return say({ type: 'welcome', serverTime: new Date().toISOString(), nextInSeconds: 10 });
      }
      const { type, ref, userId } = message;
      if (type === 'subscribe') {
        this.readers.get(socket)!.add(`${userId}`);
        say({ type: 'snapshot', ref, userId, items: this.items, sessions: [], stale: false });
      } else if (type === 'unsubscribe') {
        this.readers.get(socket)!.delete(`${userId}`);
        say({ type: 'unsubscribed', ref, userId });
      } else say({ type: 'error', ref, code: 'unknown-type', detail: 'Not known here.' });
    });
  }
}
