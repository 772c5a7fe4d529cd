/** Sets the seed of all properties that fast-check tries. The build adds this file to each file of unit tests. */
import fc from 'fast-check';
import { seedOf } from './seeds';

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: seedOf('PROPERTY_SEED') });
