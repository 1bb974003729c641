# syntax=docker/dockerfile:1

FROM golang:1.26-bookworm AS build
WORKDIR /src

# Modules first: they change less often than the code.
COPY go.mod go.sum ./
RUN go mod download

COPY . .
# Static, so that the final image needs no C library. The commit is a label of
# the image (the .git folder stays outside).
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags '-s -w' -o /out/ ./cmd/omasuunta \
 && mkdir /out/data

# No shell, no package manager: root certificates, time zones and a user.
FROM gcr.io/distroless/static-debian12:nonroot

ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Omasuunta" \
      org.opencontainers.image.description="Client segmentation in health and social care" \
      org.opencontainers.image.licenses="EUPL-1.2" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

COPY --from=build /out/omasuunta /
COPY --from=build --chown=65532:65532 --chmod=0700 /out/data /data
COPY LICENSE /LICENSE

# By number, so that Kubernetes can tell that it is not root.
USER 65532:65532

# Inside a container the service listens on all of the container's addresses;
# which of them are reachable is decided outside.
ENV OMASUUNTA_ADDR=0.0.0.0:8080 \
    OMASUUNTA_DATABASE=sqlite:/data/omasuunta.db
EXPOSE 8080
# The only place that is written to, apart from /tmp (see docs/operate/docker.md).
VOLUME ["/data"]

# The exec form: there is no shell to run anything else. The probe asks /readyz,
# so a database that does not answer makes the container unhealthy too.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["/omasuunta", "health"]

STOPSIGNAL SIGTERM
ENTRYPOINT ["/omasuunta"]
CMD ["serve"]
