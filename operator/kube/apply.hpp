#pragma once
#include "operator/kube/client.hpp"
#include "operator/kube/diff.hpp"

#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace kube {

struct Applied {
  enum class Action { Unchanged, Created, Changed };
  Action action = Action::Unchanged;
  Object object{};                  ///< as it is now
  std::vector<Difference> drift{};  ///< what made a write necessary; empty when only the hash differed
};

struct ApplierOptions {
  std::string manager{};     ///< the field manager
  std::string annotation{};  ///< holds the hash of what was last applied: "shopkeeper.dev/applied"
};

/// Server-side apply that writes only when something is to be written, judged by the live object at hand,
/// usually of a cache:
///  1. the annotation holds the hash of another wanted state: what we want has changed (also by leaving out a
///  field);
///  2. a wanted field is missing or other in the live object: drift, by hand or by another controller.
/// What the server makes of a field against our will (a webhook; a normal form that we do not know) is
/// remembered after the apply and then not taken for drift, so that no such field can cause endless writes.
/// Thread-safe.
class Applier {
 public:
  Applier(Api& api, ApplierOptions options);

  /// `wanted` has apiVersion, kind, metadata.name; `live` may be null (then it is applied). Throws ApiError.
  Applied apply(const ResourceType& type, const Object& wanted, const Object* live);
  /// What apply() would do, by a dry run on the server, from its answer.
  Applied plan(const ResourceType& type, const Object& wanted, const Object* live);
  /// Drops what is remembered of an object that is gone.
  void forget(const std::string& uid);

  /// The object as it is sent: with the annotation.
  Object annotated(const Object& wanted) const;
  /// The annotation's value for `wanted`.
  static std::string hash(const Object& wanted);

 private:
  std::vector<Difference> drift(const Object& wanted, const Object& live) const;
  struct Accepted {
    std::string hash;
    std::string judged;  // the live version that led to the apply: a cache that lags leads to no second one
    std::vector<Difference> as_is;
  };
  Api& api_;
  ApplierOptions options_;
  mutable std::mutex lock_;
  std::map<std::string, Accepted> accepted_;  // by uid
};

}  // namespace kube
