// Asking the server. What goes wrong is an `ApiError` with the server's own words and problems.
import { signal } from "./libraries/preact.js";

export class ApiError extends Error {
  constructor(status, body) {
    super(body?.message ?? `the server answered ${status}`);
    this.status = status;
    this.code = body?.code ?? "";
    this.problems = body?.problems ?? [];
    this.body = body;
  }
}

/** Whether the server can be reached: false from the first request that finds nobody. */
export const reachable = signal(true);

export async function ask(method, path, body, { signal: stop, raw = false, headers = {} } = {}) {
  let answer;
  try {
    answer = await fetch(path, {
      method, signal: stop, credentials: "same-origin", cache: "no-store",
      headers: body === undefined ? headers : { ...headers, "content-type": body instanceof Blob ? "application/octet-stream" : "application/json" },
      body: body === undefined || body instanceof Blob ? body : JSON.stringify(body), // a file goes as it is
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    reachable.value = false;
    throw new ApiError(0, { code: "unreachable", message: "The server can't be reached: is `standoff serve` still running?" });
  }
  reachable.value = true;
  if (raw && answer.ok) return answer;
  const text = await answer.text();
  let read = null;
  try {
    read = text ? JSON.parse(text) : null;
  } catch {
    read = { message: `the server answered ${answer.status} with something that can't be read` };
  }
  if (!answer.ok) throw new ApiError(answer.status, read);
  return read;
}

export const get = (path, options) => ask("GET", path, undefined, options);
export const post = (path, body, options) => ask("POST", path, body, options);
export const put = (path, body, options) => ask("PUT", path, body, options);
export const del = (path, options) => ask("DELETE", path, undefined, options);

/** A path with what goes behind the question mark; names without a value are left out. */
export function withQuery(path, query) {
  const kept = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const text = new URLSearchParams(kept.map(([name, value]) => [name, String(value)])).toString();
  return text ? `${path}?${text}` : path;
}

/** Follow a job until it is over; `onChange` is told its state each time. Returns the last state,
 *  and comes back by itself where the connection breaks or the server was restarted. */
export function follow(id, onChange, stop) {
  return new Promise((resolve, reject) => {
    const events = new EventSource(`/api/jobs/${id}/events`);
    const end = (how, what) => {
      events.close();
      stop?.removeEventListener("abort", aborted);
      how(what);
    };
    const aborted = () => end(reject, new DOMException("left", "AbortError"));
    stop?.addEventListener("abort", aborted);
    events.addEventListener("job", (event) => {
      const job = JSON.parse(event.data);
      reachable.value = true;
      onChange?.(job);
      if (job.state === "done") end(resolve, job);
      if (job.state === "failed") end(reject, new ApiError(422, job.fault));
      if (job.state === "stopped") end(reject, new ApiError(499, { code: job.stage.includes("ask again") ? "left" : "stopped", message: "It was stopped." }));
    });
    events.onerror = () => {
      if (events.readyState !== EventSource.CLOSED) return; // the browser tries again
      get(`/api/jobs/${id}`).then(
        (job) => (job.state === "done" ? end(resolve, job) : end(reject, new ApiError(0, { message: "The connection was lost." }))),
        (error) => end(reject, error),
      );
    };
  });
}

const TRIES = 20;
const BETWEEN = 2_000; // milliseconds

/** Ask for an assessment and follow it. The job's id is told at once by `onChange`. A server that
 *  went away in between is asked again when it is back: what was solved by then is kept there. */
export async function solve(body, onChange, stop) {
  for (let tried = 0; ; tried += 1) {
    let job = null;
    try {
      job = await post("/api/solve", body, { signal: stop });
      onChange?.(job);
      return job.state === "done" ? job : await follow(job.id, onChange, stop);
    } catch (error) {
      const lost = error.status === 0 || error.code === "left" || (error.status === 404 && job !== null);
      if (!lost || tried >= TRIES || stop?.aborted) throw error;
      await new Promise((go) => setTimeout(go, BETWEEN));
      if (stop?.aborted) throw new DOMException("left", "AbortError");
    }
  }
}
