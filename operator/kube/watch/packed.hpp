#pragma once
#include "operator/kube/object/object.hpp"

#include <cstddef>
#include <memory>
#include <string>

struct z_stream_s;

namespace kube {

/// Keeps objects as compressed CBOR: about a tenth of the JSON text, which in turn is a tenth of a parsed
/// object. Objects of one type resemble each other, so the first ones become the dictionary by which the
/// later ones are compressed. `pack` needs exclusive access; `unpack` may be called by several threads at
/// once.
class Packer {
 public:
  Packer();
  ~Packer();
  Packer(const Packer&) = delete;
  Packer& operator=(const Packer&) = delete;

  std::string pack(const Object& object);
  /// Of a text that this packer has made.
  Object unpack(const std::string& packed) const;

 private:
  void learn(const std::string& plain);

  std::string dictionary_;
  bool complete_ = false;               // the dictionary no longer grows
  std::unique_ptr<z_stream_s> plain_;   // the compressor's state without a dictionary
  std::unique_ptr<z_stream_s> primed_;  // and with it; null until it is complete
};

}  // namespace kube
