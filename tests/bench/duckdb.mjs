// DuckDB's command line in a few lines, for machines that have it as a package of node alone:
//     npm install --prefix build/bench @duckdb/node-api
//     node tests/bench/duckdb.mjs build/bench <script.sql     prints the rows of the last statement
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const require = createRequire(resolve(process.argv[2], 'package.json'));
const { DuckDBConnection } = require('@duckdb/node-api');
const db = await DuckDBConnection.create();
const last = await db.runAndReadAll(readFileSync(0, 'utf8'));
for (const row of last.getRows()) console.log(row.join(' '));
