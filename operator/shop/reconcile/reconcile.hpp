#pragma once
#include "operator/kube/apply/apply.hpp"
#include "operator/kube/controller/controller.hpp"
#include "operator/kube/events/events.hpp"
#include "operator/shop/inputs/gather.hpp"
#include "operator/shop/reconcile/claim.hpp"

#include <chrono>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>

namespace shop {

/// Usually EventRecorder::record.
using RecordEvent = std::function<void(const kube::Object& about, kube::Event event)>;

/// Reconciles one Shop unless another operator owns it: validate, ensure credentials, gather inputs, plan,
/// execute, report status. Every step is derived from the current state, so that an interrupted reconcile
/// needs no recovery. Thread-safe for different Shops.
class Reconciler {
 public:
  Reconciler(kube::Api& api, View view, Settings settings, RecordEvent record_event,
             const kube::Clocks& clocks = {}, ClaimOptions claim = {});

  /// Throws what is to be retried.
  kube::Result operator()(const kube::Key& key, const std::stop_token& stop);

 private:
  /// The result of one pass: there is one status, so that it is written at most once.
  struct Pass {
    std::optional<Json> status;  ///< to be reported
    kube::Result result;
    std::exception_ptr error;  ///< to be retried
    std::string version;       ///< that the Shop is to have; empty when that is unknown
  };
  Pass examine(const kube::Object& shop);
  Pass reconcile(const kube::Object& shop, const ShopContext& context);
  Pass look_at_paused(const kube::Object& shop, const ShopContext& context);
  void report(const kube::Object& shop, const Pass& pass);
  kube::Object newest(kube::Object shop);
  /// Returns the status after it; nullopt when the API server refuses the Shop itself.
  std::optional<Json> write_status(const kube::Object& shop, const Json& patch);

  kube::Api& api_;
  View view_;
  Settings settings_;
  RecordEvent record_event_;
  std::function<std::chrono::system_clock::time_point()> now_;
  kube::Applier applier_;
  Sources sources_;
  Claims claims_;
  std::mutex lock_;
  struct Written {
    std::uint64_t version;
    std::string status;  // as text, which takes a quarter of the memory
  };
  std::map<kube::Key, Written> written_;
};

}  // namespace shop
