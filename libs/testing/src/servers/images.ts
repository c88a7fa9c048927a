/** The public images that tests run in containers. Those of Docker Hub elsewhere: TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX. */
export const IMAGES = {
  postgres: 'postgres:17-alpine',
  objectServer: 'chrislusf/seaweedfs:4.48',
  kafka: 'apache/kafka:4.4.0',
  toxiproxy: 'ghcr.io/shopify/toxiproxy:2.12.0',
} as const;
