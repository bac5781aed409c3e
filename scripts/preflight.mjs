// Says plainly what this machine lacks before an install is tried.

/** @returns {NodeJS.ProcessEnv | undefined} the environment to install with, or nothing when it cannot work */
export const preflight = () => process.env
