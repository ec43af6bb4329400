#!/bin/sh
# smlfeat on LMDB: the contract of stores, and what only LMDB has.
contract=$(cd "${0%/*}" && pwd)/smlfeat_contract.sh
. "${0%/*}/lib.sh"
. "$contract"

contract lmdb -s lmdb:features

plan
