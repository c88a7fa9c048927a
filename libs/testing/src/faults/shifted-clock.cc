// Loaded before a program (LD_PRELOAD), moves its clock by CLOCK_SHIFT seconds. Clocks that only measure how long something takes
// stay as they are, as they do where a machine's time is set wrong.
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static time_t shift() {
  static const char *text = getenv("CLOCK_SHIFT");
  return text ? atol(text) : 0;
}

template <typename Function> static Function real(const char *name) { return (Function)dlsym(RTLD_NEXT, name); }

extern "C" int clock_gettime(clockid_t clock, struct timespec *now) noexcept {
  static auto ask = real<int (*)(clockid_t, struct timespec *)>("clock_gettime");
  int failed = ask(clock, now);
  if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += shift();
  return failed;
}

extern "C" int gettimeofday(struct timeval *__restrict now, void *__restrict zone) noexcept {
  static auto ask = real<int (*)(struct timeval *, void *)>("gettimeofday");
  int failed = ask(now, zone);
  if (!failed && now) now->tv_sec += shift();
  return failed;
}

extern "C" time_t time(time_t *now) noexcept {
  static auto ask = real<time_t (*)(time_t *)>("time");
  time_t shifted = ask(nullptr) + shift();
  if (now) *now = shifted;
  return shifted;
}
