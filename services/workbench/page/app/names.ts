/** Names of campaigns and pools, as the services take them. */
export const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;
export const NAME_RULE = '1 to 63 of a–z, 0–9 and “-”, beginning with a letter or digit';
