# One image for all processes: `docker run threadline web`, `worker`, `bot`, `indexes`, ...
# Nothing of yours is in it: settings come from the environment, secrets from files.
#
# The base is named by its version. A digest would be exact, but ages: pin one where you build,
# with --build-arg BASE=python:3.13-slim@sha256:..., and renew it along with the version.
ARG BASE=python:3.13-slim

FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/threadline
ENV PATH=/opt/threadline/bin:$PATH
COPY requirements.txt /tmp/
RUN pip install --require-hashes --only-binary :all: -r /tmp/requirements.txt
COPY . /src
RUN pip install --no-deps /src

FROM ${BASE}
RUN useradd --system --uid 10001 --home-dir /var/lib/threadline --create-home threadline
COPY --from=build /opt/threadline /opt/threadline
ENV PATH=/opt/threadline/bin:$PATH HOST=0.0.0.0 PORT=8000 \
    PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MPLCONFIGDIR=/tmp
WORKDIR /var/lib/threadline
USER 10001
EXPOSE 8000
# Processes finish what they began when they are told so; ten seconds are enough.
STOPSIGNAL SIGTERM
# The web process answers on PORT, a worker or a bot where HEALTH_PORT says; see docs/observability.md.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ.get(\"HEALTH_PORT\") or os.environ[\"PORT\"]}/healthz', timeout=4)"]
ENTRYPOINT ["threadline"]
CMD ["web"]
