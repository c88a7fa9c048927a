export { PythonError, python, pythonInterpreter } from './python.ts';
export { repositoryRoot } from './repository-root.ts';
