"""How fast Dateline builds, beside other generators on the same synthetic timeline.

python -m bench                    measure, and write docs/performance.md
python -m bench --report           write that page again from bench/results.json
python -m bench.counts             compare the work done with bench/counts.json, without a clock
"""
