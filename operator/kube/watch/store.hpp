#pragma once
#include "operator/kube/object/object.hpp"

namespace kube {

/// What a reflector feeds, all on one thread: lists, object by object, and then changes.
class Store {
 public:
  virtual ~Store() = default;
  /// Begins a list, or begins it again when it could not be finished.
  virtual void begin_list() = 0;
  virtual void add_listed(Object object) = 0;
  /// The list is complete: objects that it did not have no longer exist.
  virtual void end_list() = 0;
  virtual void put(Object object) = 0;
  virtual void erase(const Key& key) = 0;
};

}  // namespace kube
