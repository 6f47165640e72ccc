# Built in one image, run in another: no compiler, no development packages, no root.
# The application writes to /var/lib/meterd only; run it with a read-only root file system.
ARG BASE=docker.io/library/node:24-bookworm-slim

FROM ${BASE} AS build
WORKDIR /src
COPY package.json package-lock.json ./
COPY tools ./tools
# No package needs its install script: serialport ships its binaries inside.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
COPY drivers ./drivers
RUN node tools/task.mjs build && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM ${BASE}
ENV NODE_ENV=production
WORKDIR /app
RUN groupadd --system --gid 990 meterd \
 && useradd --system --uid 990 --gid meterd --home-dir /var/lib/meterd meterd \
 && install -d -o meterd -g meterd -m 0700 /var/lib/meterd
COPY --from=build /src/package.json ./
COPY --from=build /src/node_modules ./node_modules
COPY --from=build /src/dist ./dist
COPY drivers ./drivers
COPY config ./config
USER meterd
VOLUME /var/lib/meterd
EXPOSE 8645
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8645/healthz').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/src/cli/meterd.js"]
CMD ["run", "--config", "/etc/meterd/gateway.yaml"]
