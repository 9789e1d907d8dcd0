# The daemon as a sidecar: reads /audit_logs, keeps its state in /var/lib/mem0-audit-shipper, needs neither root, a
# shell, a writable root file system nor any capability.
#
#   docker build -t mem0-audit-shipper .
#
# For builds that can be repeated, pin the base image by its digest:
#   docker build --build-arg NODE_IMAGE=docker.io/library/node:24-bookworm-slim@sha256:... -t mem0-audit-shipper .
ARG NODE_IMAGE=docker.io/library/node:24-bookworm-slim

FROM ${NODE_IMAGE} AS production
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY scripts/build.mjs scripts/
COPY src src
RUN npm run build
# An empty folder to copy: a new volume takes over its owner.
RUN mkdir /empty

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="mem0-audit-shipper" \
      org.opencontainers.image.description="Ships the audit files of the mem0 Memory Service, with what each request cost" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production \
    MEM0_AUDIT_DIR=/audit_logs \
    MEM0_AUDIT_STATE_DIR=/var/lib/mem0-audit-shipper
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=production /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY --from=build /empty /audit_logs
COPY --from=build --chown=10001:10001 /empty /var/lib/mem0-audit-shipper
USER 10001:10001
VOLUME /var/lib/mem0-audit-shipper
EXPOSE 8231
# Exec form, so that node is process 1 and gets SIGTERM itself. Without a limit Node 24 lets its young generation
# grow to 130 MB, for nothing.
ENTRYPOINT ["node", "--max-semi-space-size=8", "/app/dist/main.js"]
CMD ["run"]
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 \
  CMD ["node", "/app/dist/main.js", "status", "--healthy"]
