/**
 * The two parts of undici that are used. Its index would load fetch, caches, mocks and WebSocket too, which a cold start
 * pays for; undici has no `exports` map, so its files may be named.
 */
import type { Dispatcher, Client as UndiciClient, buildConnector as UndiciConnector } from 'undici';
import LoadedConnector from 'undici/lib/core/connect.js';
import LoadedClient from 'undici/lib/dispatcher/client.js';

export const Client: typeof UndiciClient = LoadedClient;
export type Client = UndiciClient;
export const buildConnector: typeof UndiciConnector = LoadedConnector;
export type DispatchHandler = Dispatcher.DispatchHandler;
export type DispatchController = Dispatcher.DispatchController;
