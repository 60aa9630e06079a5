FROM node:24-bookworm-slim AS web
WORKDIR /src/web
COPY web/package.json web/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY web/ ./
RUN npm run build

FROM golang:1.26.8 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=web /src/web/dist/site/ web/dist/site/
RUN CGO_ENABLED=0 go build -trimpath -ldflags=-s -o /hubgraph .

# Certificates for HubSpot's API, and no shell. Nothing is written but the
# snapshot, if there is one: the root may be read-only.
FROM gcr.io/distroless/static:nonroot
COPY --from=build /hubgraph /hubgraph
USER 65532:65532
ENV HUBGRAPH_ADDR=0.0.0.0:8080
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["/hubgraph", "--healthcheck"]
ENTRYPOINT ["/hubgraph"]
