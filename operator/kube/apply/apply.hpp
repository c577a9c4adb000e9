#pragma once
#include "operator/kube/apply/diff.hpp"
#include "operator/kube/client/client.hpp"

#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace kube {

struct Applied {
  enum class Action { Unchanged, Created, Changed };
  Action action = Action::Unchanged;
  Object object{};                  ///< after the call
  std::vector<Difference> drift{};  ///< what required the write; empty when only the hash differed
};

struct ApplierOptions {
  std::string manager{};     ///< the field manager
  std::string annotation{};  ///< for the hash of the last applied object: "shopkeeper.dev/applied"
};

/// Server-side apply that writes only where the live object, usually from a cache, requires it:
///  1. the annotation has the hash of another desired object: the desired state has changed;
///  2. a desired field is missing or different in the live object: drift.
/// A difference that remains right after an apply (a webhook changes the field, or the server normalises it)
/// is remembered and not taken for drift again, so that it cannot cause endless writes. Thread-safe.
class Applier {
 public:
  Applier(Api& api, ApplierOptions options);

  /// `desired` has apiVersion, kind, metadata.name; `live` may be null (then it is applied). Throws ApiError.
  Applied apply(const ResourceType& type, const Object& desired, const Object* live);
  /// Creates it by an apply that never changes an existing object: throws conflict() when there is one.
  Applied create(const ResourceType& type, const Object& desired);
  /// What apply() would do, from a dry run on the server.
  Applied plan(const ResourceType& type, const Object& desired, const Object* live);
  /// Drops what is remembered of a deleted object.
  void forget(const std::string& uid);
  /// The same for all objects of a controller in its namespace, which is gone.
  void forget_controlled_by(const Key& controller);

  /// The object with the annotation, as it is sent.
  Object annotated(const Object& desired) const;
  /// The annotation's value for `desired`.
  static std::string hash(const Object& desired);

 private:
  std::vector<Difference> drift(const Object& desired, const Object& live);
  void send(const ResourceType& type, const Object& sent, const ApplyOptions& options,
            const std::string& judged, Applied& out);
  struct Accepted {
    Key controller;
    std::string hash;
    std::string
        judged;  // the live version before the apply; a cache that still has it causes no second apply
    std::vector<Difference> remaining;
  };
  Api& api_;
  ApplierOptions options_;
  std::mutex lock_;
  std::map<std::string, Accepted> accepted_;  // by uid; only what drift() still needs
};

}  // namespace kube
