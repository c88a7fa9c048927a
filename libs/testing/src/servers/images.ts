/** The public images that tests run in containers. Elsewhere than Docker Hub: TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX. */
export const IMAGES = {
  postgres: 'postgres:17-alpine',
  objectServer: 'chrislusf/seaweedfs:4.48',
  kafka: 'apache/kafka:4.4.0',
} as const;
