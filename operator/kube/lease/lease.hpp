#pragma once
#include "operator/kube/client/client.hpp"
#include "operator/kube/object/clocks.hpp"
#include "services/kit/metrics/metrics.hpp"

#include <chrono>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

namespace kube {

struct LeaseOptions {
  std::string ns{};
  std::string name{};
  std::string identity{};                      ///< unique to this process: pod name and a random part
  std::chrono::milliseconds duration{15'000};  ///< without a renewal for so long others may take the lease
  std::chrono::milliseconds renew_deadline{10'000};  ///< a leader that could not renew for so long stops
  std::chrono::milliseconds retry_period{2'000};
  Clocks clocks{};
};

/// The fields of a Lease object.
struct LeaseRecord {
  std::string holder{};
  std::string resource_version{};  ///< changes with every renewal
  std::chrono::milliseconds duration{};
  std::int64_t transitions = 0;
};

/// The rules of election, without I/O. Clocks of other machines are not trusted: a lease has expired when it
/// did not change for its duration by our steady clock.
class LeaseState {
 public:
  using Time = std::chrono::steady_clock::time_point;
  enum class Action { Create, Renew, TakeOver, Wait };

  explicit LeaseState(LeaseOptions options) : options_(std::move(options)) {}
  /// The next action; `seen` is the Lease that was read, nullopt when there is none.
  Action decide(const std::optional<LeaseRecord>& seen, Time now);
  /// Our write of the lease succeeded. The lease counts from `sent`, when the write was sent.
  void renewed(Time sent) { renewed_ = sent; }
  /// We released it, or saw another holder.
  void lost() { renewed_.reset(); }
  /// Whether we hold the lease and renewed it within the renew deadline.
  bool leads(Time now) const;
  /// When leadership ends without a renewal, and when others may take the lease, by which all work must have
  /// ended. Both return nullopt when we do not lead.
  std::optional<Time> stop_by() const { return after(options_.renew_deadline); }
  std::optional<Time> ends() const { return after(options_.duration); }
  /// After Action::Wait: when another's lease can be taken, unless it is renewed before.
  Time free_at() const { return seen_at_ + seen_duration_; }

 private:
  std::optional<Time> after(std::chrono::milliseconds time) const;
  LeaseOptions options_;
  std::optional<Time> renewed_;
  std::string seen_version_;
  std::string seen_holder_;
  Time seen_at_{};
  std::chrono::milliseconds seen_duration_{};
};

LeaseRecord lease_record(const Object& lease);

/// Leader election over a Lease. It needs an Api of its own with a deadline of at most `retry_period`, so
/// that no retry outlasts the lease. Metric: leader_election_master_status{name}.
class LeaderElector {
 public:
  /// Runs the work; must return soon after `stop` is requested.
  using Lead = std::function<void(std::stop_token stop)>;
  /// Called when the work has not ended although the lease is about to expire; must not return. The default
  /// logs and ends the process with exit code 1, because two leaders are worse than none.
  using Abort = std::function<void()>;

  LeaderElector(Api& api, LeaseOptions options, kit::Metrics& metrics, Abort abort = {});

  /// Waits to become leader, then runs `lead`. Returns true when `stop` was requested or `lead` returned by
  /// itself, after releasing the lease, so that the next leader need not wait; false when the lease was lost:
  /// the process should then end.
  bool run(const std::stop_token& stop, const Lead& lead);
  bool leading() const;

 private:
  Key key() const { return {options_.ns, options_.name}; }
  /// Reads the lease and creates, renews or takes it when that is allowed. True when we lead then.
  bool attempt();
  LeaseState::Action decide(const std::optional<LeaseRecord>& seen);
  Object fresh(std::int64_t transitions) const;
  Object takeover(const Object& lease, const LeaseRecord& seen) const;
  Object renewal(Object lease) const;
  /// When another's lease can be taken at the earliest; Time::max() when that is not known.
  LeaseState::Time free_at() const;
  /// Until the next try, which is not later than `latest`; false when `stop` was requested.
  bool pause(const std::stop_token& stop, LeaseState::Time latest = LeaseState::Time::max());
  /// Leads: the work on one thread, the watchdog on another, renewals on this one.
  bool hold(const std::stop_token& stop, const Lead& lead);
  void work(const Lead& lead, const std::stop_token& stop);
  /// Renews until the work has ended or leadership is lost.
  void renew_until_ended();
  void mark_lost();  // needs the lock
  /// Reads the clock only, never the network: stops the work when the renew deadline has passed, and ends the
  /// process when the work has not stopped shortly before the lease expires.
  void guard_work(std::stop_source& work_stop);
  /// Lets the next leader start before the lease expires.
  void release();

  Api& api_;
  const LeaseOptions options_;
  const Abort abort_;
  prometheus::Gauge& status_;
  mutable std::mutex lock_;
  std::condition_variable changed_;
  std::condition_variable_any pause_;
  LeaseState state_;
  bool working_ = false;
  bool ended_ = false;
  bool lost_ = false;
  std::exception_ptr failure_;  // written before `ended_`, read after the join
};

}  // namespace kube
