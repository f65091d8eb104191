# influencer-bot in a container: not root, and nothing to write to but /data.
#   docker build -t influencer-bot .
# docs/deploy.md says how to run it, one or several of them.

FROM python:3.13-slim AS build
WORKDIR /source
RUN python -m venv /opt/influencer-bot
COPY requirements.txt .
RUN /opt/influencer-bot/bin/pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . .
# hatchling is among the requirements, with its hash: nothing else is fetched here
RUN /opt/influencer-bot/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim
RUN groupadd --gid 10001 influencer-bot \
    && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin influencer-bot \
    && install -d -o 10001 -g 10001 -m 0700 /data
COPY --from=build /opt/influencer-bot /opt/influencer-bot
ENV PATH=/opt/influencer-bot/bin:$PATH \
    DATA_DIR=/data \
    METRICS_PORT=9464 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 3000 9464
# On the port that both modes have. A server that can't work is unready, not dead: asking Docker to
# restart it would cure nothing, so this is /healthz; the load balancer asks /readyz.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:9464/healthz', timeout=4)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["influencer-bot"]
CMD ["serve"]
