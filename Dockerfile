FROM golang:1.26.8 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags=-s -o /hubgraph .

# Certificates for HubSpot's API and a user that is not root; no shell.
FROM gcr.io/distroless/static:nonroot
COPY --from=build /hubgraph /hubgraph
ENV HUBGRAPH_ADDR=0.0.0.0:8080
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["/hubgraph", "--healthcheck"]
ENTRYPOINT ["/hubgraph"]
