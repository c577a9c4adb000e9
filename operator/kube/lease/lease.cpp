#include "operator/kube/lease/lease.hpp"

#include "operator/kube/client/error.hpp"
#include "services/kit/log/log.hpp"
#include "services/kit/time/random.hpp"
#include "services/kit/time/rfc3339.hpp"

#include <algorithm>
#include <cstdlib>
#include <thread>

namespace kube {

namespace {

using std::chrono::milliseconds;

/// The work must have ended this long before others may take the lease.
milliseconds margin(const LeaseOptions& options) { return (options.duration - options.renew_deadline) / 5; }

void end_process() {
  kit::log::error("the leader's work has not ended and its lease is about to expire: ending the process");
  std::_Exit(1);
}

}  // namespace

LeaderElector::LeaderElector(Api& api, LeaseOptions options, kit::Metrics& metrics, Abort abort)
    : api_(api),
      options_(std::move(options)),
      abort_(abort ? std::move(abort) : Abort(end_process)),
      status_(metrics.gauge("leader_election_master_status", "1 while this process leads.",
                            {{"name", options_.name}})),
      state_(options_) {
  if (options_.identity.empty()) throw std::invalid_argument("a lease without identity");
}

bool LeaderElector::run(const std::stop_token& stop, const Lead& lead) {
  while (!attempt()) {
    if (!pause(stop, free_at())) return true;
  }
  kit::log::info("leading", {{"lease", key().text()}, {"identity", options_.identity}});
  status_.Set(1);
  const bool kept = hold(stop, lead);
  status_.Set(0);
  if (failure_) std::rethrow_exception(failure_);
  return kept;
}

bool LeaderElector::leading() const {
  const std::lock_guard guard(lock_);
  return state_.leads(options_.clocks.steady());
}

bool LeaderElector::attempt() {
  try {
    const auto lease = api_.get(types::lease, key());
    std::optional<LeaseRecord> seen;
    if (lease) seen = lease_record(*lease);
    const auto act = decide(seen);
    if (act == LeaseState::Action::Wait) return false;
    const auto sent = options_.clocks.steady();
    if (act == LeaseState::Action::Create) {
      api_.create(types::lease, fresh(0));
    } else {
      // The resourceVersion makes this fail when another client wrote first.
      api_.update(types::lease, act == LeaseState::Action::Renew ? renewal(*lease) : takeover(*lease, *seen));
    }
    const std::lock_guard guard(lock_);
    state_.renewed(sent);
    changed_.notify_all();
    return state_.leads(options_.clocks.steady());
  } catch (const ApiError& error) {
    if (!error.conflict() && !error.already_exists() && !error.cancelled()) {
      kit::log::warn("the lease cannot be read or written",
                     {{"lease", key().text()}, {"error", error.what()}});
    }
  } catch (const std::exception& error) {
    kit::log::error("the lease cannot be read or written",
                    {{"lease", key().text()}, {"error", error.what()}});
  }
  return false;
}

LeaseState::Action LeaderElector::decide(const std::optional<LeaseRecord>& seen) {
  const std::lock_guard guard(lock_);
  const auto act = state_.decide(seen, options_.clocks.steady());
  changed_.notify_all();
  return act;
}

Object LeaderElector::fresh(std::int64_t transitions) const {
  const std::string now = kit::rfc3339(options_.clocks.wall(), kit::Fraction::Micros);
  Object out = types::lease.object(key());
  out["spec"] = {
      {"holderIdentity", options_.identity},
      {"leaseDurationSeconds", std::max<std::int64_t>(1, (options_.duration.count() + 999) / 1000)},
      {"acquireTime", now},
      {"renewTime", now},
      {"leaseTransitions", transitions}};
  return out;
}

Object LeaderElector::takeover(const Object& lease, const LeaseRecord& seen) const {
  Object out = fresh(seen.transitions + 1);
  out["metadata"] = lease.at("metadata");
  return out;
}

Object LeaderElector::renewal(Object lease) const {
  lease["spec"]["renewTime"] = kit::rfc3339(options_.clocks.wall(), kit::Fraction::Micros);
  return lease;
}

LeaseState::Time LeaderElector::free_at() const {
  const auto now = options_.clocks.steady();
  const std::lock_guard guard(lock_);
  // Once it is free, a failed attempt waits for the whole period again.
  return state_.free_at() > now ? state_.free_at() : LeaseState::Time::max();
}

bool LeaderElector::pause(const std::stop_token& stop, LeaseState::Time latest) {
  const auto period = options_.retry_period;
  const auto next = options_.clocks.steady() + kit::random_between(period - period / 5, period);
  std::unique_lock guard(lock_);
  pause_.wait_until(guard, stop, std::min(next, latest), [this] { return working_ && ended_; });
  return !stop.stop_requested();
}

bool LeaderElector::hold(const std::stop_token& stop, const Lead& lead) {
  {
    const std::lock_guard guard(lock_);
    working_ = true;
    ended_ = false;
    lost_ = false;
  }
  std::stop_source work_stop;
  const std::stop_callback pass_on(stop, [&] { work_stop.request_stop(); });
  std::jthread worker([&] { work(lead, work_stop.get_token()); });
  std::jthread watchdog([&] { guard_work(work_stop); });
  renew_until_ended();
  work_stop.request_stop();
  // Without renewals from here on the watchdog enforces that the work ends in time.
  watchdog.join();
  worker.join();
  if (!lost_) release();
  return !lost_;
}

void LeaderElector::work(const Lead& lead, const std::stop_token& stop) {
  try {
    lead(stop);
  } catch (...) {
    failure_ = std::current_exception();
  }
  {
    const std::lock_guard guard(lock_);
    ended_ = true;
  }
  changed_.notify_all();
  pause_.notify_all();
}

void LeaderElector::renew_until_ended() {
  for (;;) {
    pause({});
    {
      const std::lock_guard guard(lock_);
      if (ended_) return;
    }
    attempt();
    if (leading()) continue;
    const std::lock_guard guard(lock_);
    return mark_lost();
  }
}

void LeaderElector::mark_lost() {
  if (lost_) return;
  lost_ = true;
  status_.Set(0);
  kit::log::error("the lease is lost", {{"lease", key().text()}});
}

void LeaderElector::guard_work(std::stop_source& work_stop) {
  std::unique_lock guard(lock_);
  auto last_end = options_.clocks.steady() + options_.duration;
  while (!ended_) {
    const auto now = options_.clocks.steady();
    // With another holder there is no end any more; the last one known still counts.
    if (const auto ends = state_.ends()) last_end = *ends;
    if (!state_.leads(now) && !work_stop.stop_requested()) {
      mark_lost();
      guard.unlock();
      work_stop.request_stop();
      guard.lock();
      continue;
    }
    const auto abort_at = last_end - margin(options_);
    if (now >= abort_at) {
      guard.unlock();
      abort_();
      guard.lock();
      changed_.wait(guard, [this] { return ended_; });
      return;
    }
    const auto stop_by = state_.stop_by();
    const bool stopping = !stop_by || work_stop.stop_requested();
    changed_.wait_for(guard, (stopping ? abort_at : std::min(*stop_by, abort_at)) - now);
  }
}

void LeaderElector::release() {
  try {
    auto lease = api_.get(types::lease, key());
    if (!lease || lease_record(*lease).holder != options_.identity) return;
    (*lease)["spec"]["holderIdentity"] = "";
    (*lease)["spec"]["leaseDurationSeconds"] = 1;
    api_.update(types::lease, *lease);
  } catch (const std::exception& error) {
    kit::log::info("the lease could not be released", {{"lease", key().text()}, {"error", error.what()}});
  }
  const std::lock_guard guard(lock_);
  state_.lost();
}

}  // namespace kube
