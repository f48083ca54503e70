// Node 18 keeps its crypto in a module; browsers and later versions have it as a global.

import { webcrypto } from 'node:crypto';

(globalThis as { crypto?: unknown }).crypto ??= webcrypto;
