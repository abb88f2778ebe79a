# Two commands: `make demo` and `make test`. Both need python3, pip and a package registry, nothing else.

PYTHON ?= python3
BIN := .venv/bin
export HF_HUB_OFFLINE := 1

.PHONY: demo test lint bench bench-incremental bench-ranks bench-same-job bench-search bench-recommend bench-faults bench-cold bench-api bench-best bench-arrays bench-peers bench-decompose bench-once bench-jobs bench-load bench-ray fuzz bench-scale bench-nearest soak clean clean-store

# torch first and alone: its pinned build is the small one for CPUs.
.venv/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt torch
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	touch $@

# The S3 server of the tests wants older libraries than everything else: it gets an environment of its own.
.venv/tested: .venv/installed tests/snapshot/s3_server.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test]'
	$(PYTHON) -m venv .venv/s3
	.venv/s3/bin/pip install --quiet --disable-pip-version-check --requirement tests/snapshot/s3_server.txt
	touch $@

demo: .venv/installed
	$(BIN)/matchgraph rebuild data/catalogue --hits data/searches.jsonl --store store
	@echo
	$(BIN)/matchgraph search "detect toxic comments in German" -k 3
	@echo
	$(BIN)/matchgraph compare clip siglip
	@echo
	$(BIN)/matchgraph recommend clip -k 3

# Two workers, each with one thread: more of them would wait for one another.
test: .venv/tested
	OMP_NUM_THREADS=1 $(BIN)/pytest --numprocesses 2

# The same tests on examples that were not seen before, and those that break things at their full size.
soak: .venv/tested
	HYPOTHESIS_PROFILE=soak MATCHGRAPH_SEEDS=20 MATCHGRAPH_TRIALS=3 MATCHGRAPH_MUTATIONS=2000 MATCHGRAPH_LOAD_SECONDS=60 \
	MATCHGRAPH_KILLS=100 MATCHGRAPH_PUBLISH_KILLS=500 MATCHGRAPH_FORGED=10000 MATCHGRAPH_BUILDS=1000 OMP_NUM_THREADS=1 $(BIN)/pytest --numprocesses 2
	$(BIN)/python -m tests.bench.faults log
	MATCHGRAPH_BENCH_SECONDS=60 $(BIN)/python -m tests.bench.api
	MATCHGRAPH_BENCH_SECONDS=600 $(BIN)/python -m tests.bench.load

.venv/fuzzed: .venv/tested
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[fuzz]'
	touch $@

# Ten minutes of bytes bred against every reader; what breaks one is kept in .fuzz.
fuzz: .venv/fuzzed
	$(BIN)/python -m tests.fuzz

lint: .venv/tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Measures on real data where it is at hand (MATCHGRAPH_BENCH_DATA names it), else on the starter catalogue.
bench: .venv/tested
	$(BIN)/python -m tests.bench.rebuild

# What a rebuild costs after 1% of the rows changed. MATCHGRAPH_BENCH_STORE names a store that has the whole encoded.
bench-incremental: .venv/tested
	$(BIN)/python -m tests.bench.incremental

# What a rebuild and a first question cost as a catalogue grows, everything but the model; MATCHGRAPH_SCALE_SIZES says how far.
bench-scale: .venv/tested
	$(BIN)/python -m tests.bench.scale

# What a rebuild costs on Ray beside one process, whether it comes to the same, and what far more would take on many nodes.
bench-ray: .venv/tested
	$(BIN)/python -m tests.bench.ray

# Our cells beside faiss's own IVF and HNSW at equal recall, on the same rows; MATCHGRAPH_BENCH_STORE names real ones.
bench-nearest: .venv/tested
	$(BIN)/python -m tests.bench.nearest

# What cheating brings, how steady ranks are, and how often a lead is called where there is none.
bench-ranks: .venv/tested
	$(BIN)/python -m tests.bench.ranks

# How well the chance of the same job is calibrated on held-back pairs.
bench-same-job: .venv/tested
	$(BIN)/python -m tests.bench.same_job

# What search is worth, cold and warm, against BM25 and MiniLM: five-fold by query over the labelled searches.
bench-search: .venv/tested
	$(BIN)/python -m tests.bench.search

# Is what is recommended what people call an alternative? MATCHGRAPH_TXTAI names a Python that has txtai, to compare with.
bench-recommend: .venv/tested
	$(BIN)/python -m tests.bench.recommend

# What survives faults at every step of a publish, and what a search log bears; with bars.
bench-faults: .venv/tested
	$(BIN)/python -m tests.bench.faults

# How long a search at the shell takes in a new process, and the import of the package.
bench-cold: .venv/tested
	$(BIN)/python -m tests.bench.cold

# Searches a second and the latest answers, from a hundred clients on loopback.
bench-api: .venv/tested
	$(BIN)/python -m tests.bench.api

# Whether the confidence in one artifact is the share of times that it is the one.
bench-best: .venv/tested
	$(BIN)/python -m tests.bench.best

# What measures of a graph cost on arrays and in plain networkx, and whether they agree.
bench-arrays: .venv/tested
	$(BIN)/python -m tests.bench.arrays

# The same texts and vectors into ours and into txtai, which MATCHGRAPH_TXTAI names a Python with.
bench-peers: .venv/tested
	$(BIN)/python -m tests.bench.peers

# What taking texts apart is worth against splitting them into sentences: tools covered, noise, search.
bench-decompose: .venv/tested
	$(BIN)/python -m tests.bench.decompose

# The same thing in two catalogues, found with its ids hidden; with bars. Then versions and sizes, against labels by hand.
bench-once: .venv/tested
	$(BIN)/python -m tests.bench.once

# Are inferred jobs those that the sources state? On task labels held back, with a curve of what is left unsaid.
bench-jobs: .venv/tested
	$(BIN)/python -m tests.bench.jobs

# How late answers come while searches are recorded and snapshots are published.
bench-load: .venv/tested
	$(BIN)/python -m tests.bench.load

clean:
	rm -rf .venv

# The store holds the search log, which nothing can make again.
clean-store:
	rm -rf store
