/** Uploads of survey files and labels: being written. */
export {};
