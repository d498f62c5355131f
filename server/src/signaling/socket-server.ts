/** Makes the Socket.IO server: who may connect to it, and how it reaches the sockets of other servers. */
import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http';
import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { createAdapter } from '@socket.io/redis-adapter';
import type { Socket } from 'socket.io';
import { WebSocketServer, type ServerOptions as WebSocketOptions } from 'ws';
import { basePathOf, stripBasePath } from '../common/base-path.js';
import { SETTINGS, type Settings } from '../settings/settings.js';
import { RedisConnections, unawaited } from '../storage/redis.js';
import { ConnectionGuards } from './connection-guard.js';
import { ConnectionLimits } from './connection-limits.js';
import { KnownOrigins } from './known-origins.js';

/** Of the Socket.IO that Nest brings along, which may be another version than the one that is imported here. */
type ServerOptions = Parameters<IoAdapter['createIOServer']>[1];
type Server = ReturnType<IoAdapter['createIOServer']>;

/** A call of long polling, or one that asks for a WebSocket, as Engine.IO has read it. */
type EngineRequest = IncomingMessage & { _query: Record<string, string | undefined> };

function end(response: ServerResponse, status: number): void {
  response.writeHead(status);
  response.end();
}

/** Reads one message of a connection at a time: however many arrive at once, the others have their turns in between. */
class FairWebSocketServer extends WebSocketServer {
  constructor(options: WebSocketOptions) {
    super({ ...options, allowSynchronousEvents: false });
  }
}

export class SocketServer extends IoAdapter {
  private readonly redis: RedisConnections | null;
  private readonly knownOrigins: KnownOrigins;
  private readonly connections: ConnectionLimits;
  private readonly guards: ConnectionGuards;
  private readonly basePath: string;

  constructor(app: INestApplicationContext) {
    super(app);
    this.redis = app.get<RedisConnections | null>(RedisConnections);
    this.knownOrigins = app.get(KnownOrigins);
    this.connections = app.get(ConnectionLimits);
    this.guards = app.get(ConnectionGuards);
    this.basePath = basePathOf(app.get<Settings>(SETTINGS).http.publicUrl);
  }

  override createIOServer(port: number, options?: ServerOptions): Server {
    const server = super.createIOServer(port, {
      ...options,
      wsEngine: FairWebSocketServer,
      // For long polling from pages of other servers; WebSockets know no such rule, so each handshake is looked at as well.
      cors: {
        origin: (origin, allow) => void this.knownOrigins.answer(origin, allow),
      },
      allowRequest: (request, answer) => {
        if (!this.connections.mayShakeHands(this.connections.addressOf(request))) {
          answer('too many connections from this address', false);

          return;
        }

        void this.knownOrigins
          .allows(request)
          .catch(() => false)
          .then((allowed) => answer(allowed ? null : 'pages of this origin may not connect', allowed));
      },
    } as ServerOptions);
    // The server that Socket.IO has just put itself in front of.
    stripBasePath(this.httpServer as HttpServer, this.basePath);
    server.engine.use((request: EngineRequest, response: ServerResponse, next: () => void) => {
      if (request._query.j !== undefined) {
        // A script that any page may include: for browsers without CORS, of which MiniMeet runs in none.
        end(response, 400);
      } else if (this.connections.mayCall(this.connections.addressOf(request))) {
        next();
      } else {
        end(response, 429);
      }
    });
    server.engine.on('connection', (connection: Socket['conn']) => {
      this.guards.attach(connection);
      connection.once('close', this.connections.open(this.connections.addressOf(connection.request)));
    });

    if (this.redis) {
      const { commands, subscriber, prefix } = this.redis;
      server.adapter(createAdapter(unawaited(commands), unawaited(subscriber), { key: `${prefix}sockets` }));
    }

    return server;
  }
}
