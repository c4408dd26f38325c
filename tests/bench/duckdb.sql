-- The five rules of tests/bench/rules in SQL windows, for DuckDB: run.sh puts FILE, WORDS and OUT in.
--
-- Rows of one second keep the order of their ids by a part of a second that no span of a rule can
-- notice: spans end half a second early, where times are whole seconds.
SET threads = 2;
SET preserve_insertion_order = false;
SET VARIABLE words = (SELECT array_to_string(list_filter(string_split(content, chr(10)),
                          lambda line : line <> ''), '|') FROM read_text('@WORDS@'));

CREATE TEMP TABLE payment AS
SELECT id, epoch_us(booked) + CAST(substr(id, 3) AS BIGINT) % 400000 AS tick,
       CAST(round(amount * 100) AS BIGINT) AS cents, channel, payer_account AS payer,
       payee_account AS payee, payee_kind AS kind, text
FROM read_csv('@FILE@', header = true, types = {'booked': 'TIMESTAMP', 'amount': 'DECIMAL(18, 2)',
     'payer_account': 'VARCHAR', 'payee_account': 'VARCHAR', 'text': 'VARCHAR', 'mcc': 'VARCHAR'});

CREATE TEMP VIEW own AS
SELECT id, tick, cents, payer AS account, false AS incoming FROM payment WHERE payer IS NOT NULL
UNION ALL
SELECT id, tick, cents, payee, true FROM payment WHERE payee IS NOT NULL;

CREATE TEMP TABLE hit AS
SELECT 'bench-band' AS rule, payee AS about, id FROM (
    SELECT payee, id, count(*) OVER (PARTITION BY payee ORDER BY tick
               RANGE BETWEEN 604799500000 PRECEDING AND CURRENT ROW) AS payments
    FROM payment
    WHERE channel = 'transfer' AND cents >= 90000 AND cents < 100000 AND payee IS NOT NULL)
WHERE payments >= 3
UNION ALL
SELECT 'bench-payers', payee, id FROM (
    SELECT payee, id, count(DISTINCT payer) OVER (PARTITION BY payee ORDER BY tick
               RANGE BETWEEN 604799500000 PRECEDING AND CURRENT ROW) AS payers
    FROM payment WHERE channel = 'transfer' AND kind = 'person' AND payee IS NOT NULL)
WHERE payers >= 10
UNION ALL
SELECT 'bench-in-out', account, id FROM (
    SELECT account, id,
           sum(cents) FILTER (WHERE incoming) OVER two_days AS inflow,
           sum(cents) FILTER (WHERE NOT incoming) OVER two_days AS outflow
    FROM own WINDOW two_days AS (PARTITION BY account ORDER BY tick
                     RANGE BETWEEN 172799500000 PRECEDING AND CURRENT ROW))
WHERE inflow >= 2000000 AND outflow * 100 >= 80 * inflow AND outflow * 100 <= 105 * inflow
UNION ALL
SELECT 'bench-words', payee, id FROM payment
WHERE payee IS NOT NULL AND regexp_matches(text, getvariable('words'), 'i')
UNION ALL
SELECT 'bench-dormant', account, id FROM (
    SELECT account, id, cents, tick - lag(tick) OVER (PARTITION BY account ORDER BY tick) AS quiet
    FROM own)
WHERE cents >= 500000 AND (quiet IS NULL OR quiet > 604799500000);

COPY hit TO '@OUT@' (HEADER);
SELECT rule || ' ' || count(*) FROM hit GROUP BY rule ORDER BY rule;
